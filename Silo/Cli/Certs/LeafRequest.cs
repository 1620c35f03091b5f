using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Silo.Cli.Certs;

/// <summary>A certificate that is wanted.</summary>
internal sealed record LeafRequest
{
    /// <summary>Within what browsers and Apple's TLS accept.</summary>
    public const int DefaultDays = 397;

    /// <summary>RFC 5280, appendix A: a common name.</summary>
    private const int MaxCommonNameLength = 64;

    private const int MaxNameLength = 253;

    /// <param name="names">Host names, wildcards of one label, addresses; the first one also names the files.</param>
    /// <exception cref="ArgumentException">One of the names is none.</exception>
    public LeafRequest(IReadOnlyList<string> names, bool rsa, int days)
    {
        Names = [.. names.Select(Check).Distinct()];
        Rsa = rsa;
        Days = days;
    }

    public IReadOnlyList<string> Names { get; }
    public bool Rsa { get; }
    public int Days { get; }

    /// <summary>Of the files, without what tells them apart. No character in it means anything to a shell or a path.</summary>
    public string FileName => Names[0].Replace("*", "_wildcard", StringComparison.Ordinal).Replace(':', '_');

    /// <summary>Null when the first name is too long for one; the alternative names are what counts.</summary>
    public string? CommonName => Names[0].Length <= MaxCommonNameLength ? Names[0] : null;

    public X509Extension AlternativeNames()
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in Names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build(critical: false);
    }

    private static string Check(string name)
    {
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            return address.ToString();
        }

        string host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        bool good = host.Length is > 0 and <= MaxNameLength && host.Split('.').All(label =>
            label.Length is > 0 and <= 63 && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && label[0] != '-' && label[^1] != '-');
        return good ? name.ToLowerInvariant() : throw new ArgumentException($"\"{name}\" is neither a host name nor a wildcard such as *.shop.test nor an IP address");
    }
}
