using System.Net.Sockets;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Cli.Client;

/// <summary>Where an Admin API is: a URL, or a unix socket as <c>unix:/run/mesh/admin.sock</c>.</summary>
internal static class AdminUrl
{
    public const string UnixScheme = "unix";

    /// <exception cref="FormatException">It is neither.</exception>
    public static Uri Read(string text) =>
        text.StartsWith($"{UnixScheme}:/", StringComparison.Ordinal) ? new Uri($"{UnixScheme}://{text[(UnixScheme.Length + 1)..]}") : SettingValue.HttpUrl(text);

    public static async ValueTask<Stream> Connect(Uri url, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(url.AbsolutePath), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
