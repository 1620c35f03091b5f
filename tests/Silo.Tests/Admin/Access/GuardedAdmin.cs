using Mesh.Abstractions.Access;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>An Admin API that asks everybody for a credential, on a store of its own; it can be restarted.</summary>
public sealed class GuardedAdmin : IAsyncDisposable
{
    public const string AdminToken = "the-admin-token";
    public const string EdgeToken = "the-edge-token";

    private readonly string data = Directory.CreateTempSubdirectory("mesh-access-").FullName;
    private readonly EmbeddedStore store;
    private readonly TimeProvider? time;
    private Func<AdminSettings, AdminSettings> configure;
    private AdminHost? host;

    private GuardedAdmin(Func<AdminSettings, AdminSettings> configure, TimeProvider? time)
    {
        this.configure = configure;
        this.time = time;
        store = EmbeddedStore.Start(data);
    }

    public AdminHost Host => host!;

    public AdminClient Client => host!.Client;

    internal static async Task<GuardedAdmin> Start(Func<AdminSettings, AdminSettings>? configure = null, TimeProvider? time = null)
    {
        GuardedAdmin admin = new(configure ?? (settings => settings with { Token = AdminToken, EdgeToken = EdgeToken }), time);
        await admin.Restart();
        return admin;
    }

    internal async Task Restart(Func<AdminSettings, AdminSettings>? other = null)
    {
        configure = other ?? configure;
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        host = await AdminHost.Start(store.Endpoint, data, configure: configure, time: time);
    }

    /// <summary>Sends with a token; null: without.</summary>
    public Task<Reply> Send(string method, string path, string? token, string? json = null, params (string Name, string Value)[] headers)
    {
        byte[]? body = json is null ? null : System.Text.Encoding.UTF8.GetBytes(json);
        (string, string)[] all = token is null ? headers : [("Authorization", $"Bearer {token}"), .. headers];
        return Client.Send(new HttpMethod(method), path, body, json is null ? null : "application/json", all);
    }

    /// <summary>Text of a new token.</summary>
    public async Task<string> Token(string name, AccessRole role, string more = "") =>
        (await Send("POST", "/access/tokens", AdminToken, $$"""{"name":"{{name}}","role":"{{role.ToString().ToLowerInvariant()}}"{{more}}}""")).Expect(201).String("token")!;

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        store.Dispose();
        Directory.Delete(data, recursive: true);
    }
}
