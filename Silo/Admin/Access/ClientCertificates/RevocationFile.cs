using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Tls.ClientCertificates;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access.ClientCertificates;

/// <summary>
/// The revocation lists of the Admin API's clients: a PEM file that is read again when it has changed, so that a certificate can be
/// taken back without a restart. One that cannot be read leaves what was known.
/// </summary>
internal sealed class RevocationFile
{
    private const int MaxFileBytes = 16 * 1024 * 1024;

    /// <summary>How long a change may go unnoticed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private volatile RevocationList[] lists;
    private (DateTime, long) stamp;
    private long lookedAt;

    /// <exception cref="StartRefusedException">The file cannot be used.</exception>
    private RevocationFile(string path, TimeProvider time, ILogger log)
    {
        this.path = path;
        this.time = time;
        this.log = log;
        try
        {
            lookedAt = time.GetTimestamp();
            stamp = Stamp();
            lists = Read();
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            throw new StartRefusedException($"MESH_ADMIN_CLIENT_CRL={path}: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <returns>Null when no file is named.</returns>
    /// <exception cref="StartRefusedException">It cannot be used.</exception>
    public static RevocationFile? Of(AdminSettings settings, TimeProvider time, ILoggerFactory logs) =>
        settings.ClientCrlFile is { } file ? new RevocationFile(file, time, logs.CreateLogger<RevocationFile>()) : null;

    public RevocationList[] Current()
    {
        lock (gate)
        {
            if (time.GetElapsedTime(lookedAt) >= LookEvery)
            {
                lookedAt = time.GetTimestamp();
                Look();
            }
        }

        return lists;
    }

    public bool Revokes(X509Certificate2 certificate) => Array.Exists(Current(), list => list.Revokes(certificate));

    private void Look()
    {
        try
        {
            (DateTime, long) now = Stamp();
            if (now != stamp)
            {
                stamp = now;
                lists = Read();
                log.LogInformation("The revocation lists in {Path} were read anew", path);
            }
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            log.LogError("The revocation lists in {Path} cannot be read ({Reason}): those that were read before count", path, failure.Message);
        }
    }

    private (DateTime, long) Stamp()
    {
        FileInfo file = new(path);
        return file.Length <= MaxFileBytes ? (file.LastWriteTimeUtc, file.Length) : throw new IOException($"it is larger than {MaxFileBytes} bytes");
    }

    private RevocationList[] Read()
    {
        string text = File.ReadAllText(path);
        List<RevocationList> read = [];
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            read.Add(RevocationList.Read(text[fields.Location]));
            text = text[fields.Location.End..];
        }

        return read.Count > 0 ? [.. read] : throw new CryptographicException("it holds no revocation list");
    }

    private static bool IsExpected(Exception failure) => failure is CryptographicException or IOException or UnauthorizedAccessException;
}
