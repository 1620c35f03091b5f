using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>The file that a unix socket leaves behind when its process dies.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the file when it is a socket that nobody listens on; leaves everything else to fail at bind.</summary>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path) || IsAnswered(path))
        {
            return;
        }

        File.Delete(path);
    }

    private static bool IsAnswered(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException refused)
        {
            // Only a socket without a listener refuses; a plain file gives another error and is not ours to delete.
            return refused.SocketErrorCode != SocketError.ConnectionRefused || new FileInfo(path).Length > 0;
        }
    }
}
