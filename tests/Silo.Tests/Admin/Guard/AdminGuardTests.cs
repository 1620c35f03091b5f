using Mesh.Silo.Admin;
using Mesh.Silo.Admin.Guard;
using Mesh.Silo.Settings;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.Admin.Guard;

public class AdminGuardTests
{
    [Theory]
    [InlineData("127.0.0.1:8001", true)]
    [InlineData("[::1]:8001", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("localhost:8001", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("admin.internal:8001", true)]
    [InlineData("attacker.example", false)]
    [InlineData("localhost.attacker.example", false)]
    [InlineData("127.0.0.1.attacker.example", false)]
    [InlineData("", false)]
    public void Only_its_own_host_names_are_answered(string host, bool allowed)
    {
        AdminGuard guard = new(new AdminSettings { Hosts = ["admin.internal"] });
        Assert.Equal(allowed, guard.Check(Request("GET", host).Request) is null);
    }

    [Theory]
    [InlineData("POST", "http://127.0.0.1:8001", null, true)]
    [InlineData("POST", "http://localhost:8002", null, true)]
    [InlineData("POST", "http://attacker.example", null, false)]
    [InlineData("POST", "http://127.0.0.1:9999", null, false)]
    [InlineData("POST", "https://127.0.0.1:8001", null, false)]
    [InlineData("DELETE", "null", null, false)]
    [InlineData("PATCH", null, "cross-site", false)]
    [InlineData("PUT", null, "same-site", false)]
    [InlineData("PUT", null, "same-origin", true)]
    [InlineData("POST", null, "none", true)]
    [InlineData("POST", null, null, true)]
    [InlineData("GET", "http://attacker.example", null, true)]
    [InlineData("OPTIONS", "http://attacker.example", null, true)]
    [InlineData("FOO", "http://attacker.example", null, false)]
    public void Pages_of_other_origins_may_not_write(string method, string? origin, string? site, bool allowed)
    {
        AdminGuard guard = new(new AdminSettings { GuiUrls = [new Uri("http://localhost:8002/manager")] });
        HttpContext request = Request(method, "127.0.0.1:8001");
        if (origin is not null)
        {
            request.Request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            request.Request.Headers["Sec-Fetch-Site"] = site;
        }

        AdminAnswer? refusal = guard.Check(request.Request);
        Assert.Equal(allowed ? null : 403, refusal?.Status);
    }

    [Theory]
    [InlineData("localhost:8001", "http://localhost:8002", true)]
    [InlineData("127.0.0.1:8001", "http://localhost:8002", true)]
    [InlineData("localhost:8444", "https://127.0.0.1:8445", true)]
    [InlineData("[::1]:8001", "http://localhost:8002", true)]
    [InlineData("localhost:8001", "http://localhost:8888", false)]
    [InlineData("localhost:8001", "https://localhost:8002", false)]
    [InlineData("localhost:8001", "http://attacker.example:8002", false)]
    [InlineData("attacker.example:8001", "http://attacker.example:8002", false)]
    [InlineData("127.0.0.1:8001", "http://10.0.0.9:8002", false)]
    [InlineData("10.0.0.9:8001", "http://10.0.0.9:8002", true)]
    [InlineData("admin.internal:8001", "http://admin.internal:8002", true)]
    [InlineData("admin.internal:8001", "http://localhost:8002", false)]
    [InlineData("localhost:8001", "null", false)]
    public void Unless_told_otherwise_pages_of_this_host_on_Kong_Managers_ports_may_use_it(string host, string origin, bool allowed)
    {
        AdminGuard guard = new(new AdminSettings { Hosts = ["admin.internal"] });
        HttpContext request = Request("POST", host);
        request.Request.Headers.Origin = origin;
        Assert.Equal(allowed, guard.IsAllowedOrigin(request.Request, origin));
        Assert.Equal(allowed, guard.Check(request.Request) is null);
    }

    [Fact]
    public void The_names_of_this_machine_and_of_its_listeners_are_its_own()
    {
        AdminGuard guard = new(new AdminSettings { Listen = "gateway.internal:8001, unix:/run/mesh.sock" });
        Assert.NotNull(guard.Check(Request("GET", "").Request));
        Assert.Null(guard.Check(Request("GET", $"{Environment.MachineName}:8001").Request));
        Assert.Null(guard.Check(Request("GET", "gateway.internal:8001").Request));
    }

    private static DefaultHttpContext Request(string method, string host)
    {
        DefaultHttpContext http = new();
        http.Request.Method = method;
        http.Request.Scheme = "http";
        http.Request.Host = new HostString(host);
        return http;
    }
}
