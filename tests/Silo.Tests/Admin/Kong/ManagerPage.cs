using System.Text;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>A page of Kong Manager in a browser: every call carries its origin, every write is asked for first, and every answer must let the page read it.</summary>
internal sealed class ManagerPage(AdminClient admin)
{
    private static readonly (string, string) Origin = ("Origin", AdminFixture.GuiOrigin);

    public Task<Reply> Get(string path, int status = 200) => Send(HttpMethod.Get, path, null, status);

    public Task<Reply> Post(string path, string body, int status = 201) => Write(HttpMethod.Post, path, body, status);

    public Task<Reply> Patch(string path, string body, int status = 200) => Write(HttpMethod.Patch, path, body, status);

    public Task<Reply> Delete(string path, int status = 204) => Write(HttpMethod.Delete, path, null, status);

    private async Task<Reply> Write(HttpMethod method, string path, string? body, int status)
    {
        (string, string)[] asked = body is null ? [] : [("Access-Control-Request-Headers", "content-type")];
        Reply preflight = await admin.Send(HttpMethod.Options, path, null, null, [Origin, ("Access-Control-Request-Method", method.Method), .. asked]);
        AssertReadable(preflight.Expect(204));
        Assert.Contains(method.Method, preflight.Header("Access-Control-Allow-Methods")!.Split(", "));
        Assert.Equal(body is null ? "Content-Type" : "content-type", preflight.Header("Access-Control-Allow-Headers"));
        return await Send(method, path, body, status);
    }

    private async Task<Reply> Send(HttpMethod method, string path, string? body, int status)
    {
        Reply reply = await admin.Send(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), body is null ? null : "application/json", Origin);
        AssertReadable(reply.Expect(status));
        return reply;
    }

    private static void AssertReadable(Reply reply)
    {
        Assert.Equal(AdminFixture.GuiOrigin, reply.Header("Access-Control-Allow-Origin"));
        Assert.Equal("true", reply.Header("Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", reply.Header("Vary")!, StringComparison.Ordinal);
    }
}
