using System.Diagnostics;

namespace Mesh.Edge.Tests.Tls;

/// <summary>OpenSSL's own client, which tells more of a handshake than .NET does.</summary>
internal static class OpenSslClient
{
    /// <summary>Makes a handshake, sends a request and returns everything that the client prints.</summary>
    public static Task<string> RequestAsync(int port, string name, params string[] options) =>
        RunAsync("openssl", $"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n", ["s_client", "-connect", $"127.0.0.1:{port}", "-servername", name, "-ign_eof", .. options]);

    public static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was refused and is gone.
        }

        string text = await output + await errors;
        await process.WaitForExitAsync();
        return text;
    }
}
