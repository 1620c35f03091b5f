using System.Collections;
using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Settings;

public class SettingsReaderTests
{
    [Fact]
    public void Nothing_given_is_the_defaults_without_problems()
    {
        (MeshSettings settings, SettingsReader reader) = Read();
        Assert.Empty(reader.Problems);
        Assert.Empty(reader.Unknown);
        Assert.Equal("0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384", settings.Edge.ProxyListen);
        Assert.Equal("127.0.0.1:8001, 127.0.0.1:8444 http2 ssl", settings.Admin.Listen);
        Assert.Equal(Role.All, settings.Role);
    }

    [Fact]
    public void The_command_line_beats_the_environment_which_beats_the_file()
    {
        const string file = """{ "Mesh": { "region": "file", "zone": "file", "workspace": "file", "silo_port": 5 } }""";
        (MeshSettings settings, SettingsReader reader) = Read(
            new() { ["MESH_REGION"] = "environment", ["MESH_ZONE"] = "environment", ["MESH_WORKSPACE"] = "" },
            new() { ["MESH_REGION"] = "line" },
            file);
        Assert.Empty(reader.Problems);
        Assert.Equal(("line", "environment", "file", 5), (settings.Edge.Region, settings.Edge.Zone, settings.Edge.Workspace, settings.Silo.SiloPort));
    }

    [Fact]
    public void A_setting_that_edge_and_silo_share_reaches_both()
    {
        (MeshSettings settings, _) = Read(new() { ["MESH_DATA_DIR"] = "/srv/mesh", ["MESH_EDGE_TOKEN"] = "t" });
        Assert.Equal(("/srv/mesh", "/srv/mesh", "t", "t"), (settings.Edge.DataDirectory, settings.Silo.DataDirectory, settings.Edge.EdgeToken, settings.Admin.EdgeToken));
    }

    [Theory]
    [InlineData("MESH_PROXY_LISTEN", "127.0.0.1:notaport", "'notaport' is not a port")]
    [InlineData("MESH_PROXY_LISTEN", "127.0.0.1:8000 sparkling", "unknown flag 'sparkling'")]
    [InlineData("MESH_ADMIN_LISTEN", "nonsense", "no port given")]
    [InlineData("MESH_GATEWAY_PORT", "99999", "not a whole number from 1 to 65535")]
    [InlineData("MESH_TRUSTED_IPS", "10.0.0.0/64", "'10.0.0.0/64' is not an address or network")]
    [InlineData("MESH_ALLOW_DEBUG_HEADER", "perhaps", "neither on nor off")]
    [InlineData("MESH_PORT_MAPS", "80", "'80' is not a pair of ports")]
    [InlineData("MESH_PORT_MAPS", "80:1,80:2", "port 80 is mapped twice")]
    [InlineData("MESH_CONTROL_PLANE", "ftp://host", "not an http or https URL")]
    [InlineData("MESH_REGION", "a/b", "a name has at most 63")]
    [InlineData("MESH_REDIS", "host:1,sparkling=yes", "not a Redis address")]
    [InlineData("MESH_ROLE", "queen", "no such role")]
    [InlineData("MESH_ADMIN_GUI_URL", "localhost:8002", "not an http or https URL")]
    [InlineData("MESH_ADMIN_HOSTS", "http://a", "'http://a' is not a host name")]
    [InlineData("MESH_ADMIN_MAX_BODY_BYTES", "12", "not a whole number")]
    [InlineData("MESH_ERROR_DEFAULT_TYPE", "image/png", "not among the types")]
    [InlineData("MESH_CLUSTER_CA", "/does/not/exist.pem", "no such file")]
    [InlineData("MESH_SILO_LISTEN_ADDRESS", "here", "not an IP address")]
    [InlineData("MESH_LOG_LEVEL", "loud", "no such level")]
    public void A_wrong_value_is_one_line_that_names_the_setting_the_reason_and_what_is_right(string name, string value, string reason)
    {
        (_, SettingsReader reader) = Read(new() { [name] = value });
        string line = reader.Problems[0].ToString();
        Assert.StartsWith(name, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains("; expected ", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void All_problems_come_at_once_and_shared_settings_only_once()
    {
        (_, SettingsReader reader) = Read(new() { ["MESH_DATA_DIR"] = "a\0b", ["MESH_SILO_PORT"] = "x", ["MESH_ZONE"] = "a b" });
        Assert.Equal(["MESH_DATA_DIR", "MESH_SILO_PORT", "MESH_ZONE"], reader.Problems.Select(problem => problem.Name).Order());
    }

    [Theory]
    [InlineData("MESH_ADMIN_TOKEN", "two words")]
    [InlineData("MESH_KEYRING_KEY", "käse")]
    [InlineData("MESH_REDIS", "host:1,password=hunter2,sparkling=yes")]
    public void Secrets_are_not_repeated(string name, string value)
    {
        (_, SettingsReader reader) = Read(new() { [name] = value });
        string line = Assert.Single(reader.Problems).ToString();
        Assert.StartsWith(name, line, StringComparison.Ordinal);
        Assert.DoesNotContain(value, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:8001")]
    [InlineData("127.0.0.1:8001, [::]:8444 ssl")]
    [InlineData("admin.internal:8001")]
    public void Beyond_loopback_authentication_is_demanded_and_the_ways_out_are_named(string list)
    {
        (_, SettingsReader reader) = Read(new() { ["MESH_ADMIN_LISTEN"] = list });
        string line = Assert.Single(reader.Problems).ToString();
        Assert.StartsWith("MESH_ADMIN_LISTEN", line, StringComparison.Ordinal);
        Assert.All(
            ["MESH_ADMIN_TOKEN", "MESH_ADMIN_TOKEN_FILE", "MESH_ADMIN_AUTH", "MESH_ADMIN_CLIENT_CA", "MESH_ADMIN_OIDC_ISSUER", "127.0.0.1", "[::1]", "unix:"],
            way => Assert.Contains(way, line, StringComparison.Ordinal));
        foreach ((string name, string value) in new[] { ("MESH_ADMIN_TOKEN", "secret"), ("MESH_ADMIN_TOKEN_FILE", "/run/token"), ("MESH_ADMIN_AUTH", "loopback"), ("MESH_ADMIN_AUTH", "required") })
        {
            Assert.Empty(Read(new() { ["MESH_ADMIN_LISTEN"] = list, [name] = value }).Item2.Problems);
        }
    }

    [Theory]
    [InlineData("MESH_ADMIN_CLIENT_ROLES", "root=alice", "not a role")]
    [InlineData("MESH_ADMIN_CLIENT_ROLES", "0=alice", "not a role")]
    [InlineData("MESH_ADMIN_CLIENT_ROLES", "admin=", "not a role")]
    [InlineData("MESH_ADMIN_CLIENT_ROLES", "admin=alice", "MESH_ADMIN_CLIENT_CA")]
    [InlineData("MESH_ADMIN_CLIENT_CRL", "/etc/hostname", "MESH_ADMIN_CLIENT_CRL")]
    [InlineData("MESH_ADMIN_OIDC_ISSUER", "http://issuer.internal", "https")]
    [InlineData("MESH_ADMIN_OIDC_ISSUER", "https://issuer.internal", "MESH_ADMIN_OIDC_AUDIENCE")]
    [InlineData("MESH_ADMIN_OIDC_AUDIENCE", "mesh", "MESH_ADMIN_OIDC_ISSUER")]
    [InlineData("MESH_ADMIN_AUTH", "never", "required")]
    [InlineData("MESH_ADMIN_ALLOW", "10.0.0.0/64", "not an address or network")]
    public void Half_a_way_of_authentication_is_refused(string name, string value, string expected)
    {
        (_, SettingsReader reader) = Read(new() { [name] = value });
        Assert.Contains(expected, Assert.Single(reader.Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("secret", null, false)]
    [InlineData("secret", "loopback", true)]
    [InlineData("secret", "required", false)]
    [InlineData(null, "loopback", true)]
    [InlineData(null, "required", false)]
    public void This_machines_callers_need_no_credential_until_there_is_one(string? token, string? authentication, bool trusted)
    {
        Dictionary<string, string> given = [];
        if (token is not null)
        {
            given["MESH_ADMIN_TOKEN"] = token;
        }

        if (authentication is not null)
        {
            given["MESH_ADMIN_AUTH"] = authentication;
        }

        Assert.Equal(trusted, Read(given).Item1.Admin.TrustsLoopback);
    }

    [Theory]
    [InlineData("[::1]:8001")]
    [InlineData("127.0.0.2:8001")]
    [InlineData("localhost:8001")]
    [InlineData("unix:/tmp/mesh.sock")]
    [InlineData("off")]
    public void Loopback_needs_no_token(string list)
    {
        (_, SettingsReader reader) = Read(new() { ["MESH_ADMIN_LISTEN"] = list });
        Assert.Empty(reader.Problems);
    }

    [Fact]
    public void Unknown_names_are_told_apart()
    {
        (_, SettingsReader reader) = Read(new() { ["MESH_PROXY_LISTTEN"] = "x", ["PATH"] = "y" }, file: """{ "Mesh": { "zoone": "z" } }""");
        Assert.Empty(reader.Problems);
        Assert.Equal(["MESH_PROXY_LISTTEN (environment)", "MESH_ZOONE (appsettings.json)"], reader.Unknown);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "Mesh": 5 }""")]
    public void An_unreadable_file_is_a_problem(string file)
    {
        (_, SettingsReader reader) = Read(file: file);
        Assert.StartsWith("appsettings.json", Assert.Single(reader.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_is_declared_once_and_has_an_option()
    {
        Assert.Equal(MeshSettings.Declarations.Count, MeshSettings.Declarations.Select(setting => setting.Option).Distinct().Count());
        Assert.Contains("--proxy-listen", MeshSettings.Declarations.Select(setting => setting.Option));
    }

    private static (MeshSettings Settings, SettingsReader Reader) Read(
        Dictionary<string, string>? environment = null, Dictionary<string, string>? line = null, string? file = null)
    {
        SettingsReader reader = new(new SettingSources(line ?? [], (IDictionary)(environment ?? []), file));
        return (MeshSettings.Read(reader), reader);
    }
}
