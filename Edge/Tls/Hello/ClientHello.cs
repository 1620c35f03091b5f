using System.Buffers.Binary;
using System.Text;

namespace Mesh.Edge.Tls.Hello;

/// <summary>What is read of a ClientHello (RFC 8446, section 4.1.2).</summary>
/// <param name="ServerName">In lower case, without trailing dot (RFC 6066, section 3); null when there is none.</param>
/// <param name="Protocols">ALPN protocols in the client's order (RFC 7301); empty when there are none.</param>
/// <param name="Signatures">Which certificates the client can verify.</param>
internal sealed record ClientHello(string? ServerName, IReadOnlyList<string> Protocols, ClientSignatures Signatures)
{
    private const int VersionAndRandomBytes = 2 + 32;
    private const int MaxSessionIdBytes = 32;
    private const ushort ServerNameExtension = 0;
    private const ushort GroupsExtension = 10;
    private const ushort SignaturesExtension = 13;
    private const ushort AlpnExtension = 16;
    private const ushort VersionsExtension = 43;
    private const int MaxNameBytes = 255;

    /// <param name="body">The handshake message without its four bytes of header.</param>
    /// <returns>Null when it is malformed.</returns>
    public static ClientHello? Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < VersionAndRandomBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = body[VersionAndRandomBytes..];
        if (!TryTake8(ref rest, out ReadOnlySpan<byte> session) || session.Length > MaxSessionIdBytes
            || !TryTake16(ref rest, out ReadOnlySpan<byte> suites) || suites.Length < 2 || suites.Length % 2 != 0
            || !TryTake8(ref rest, out ReadOnlySpan<byte> compressions) || compressions.Length < 1)
        {
            return null;
        }

        ClientSignatures signatures = ClientSignatures.OfSuites(suites);
        if (rest.IsEmpty)
        {
            return new ClientHello(null, [], signatures);
        }

        return TryTake16(ref rest, out ReadOnlySpan<byte> extensions) && rest.IsEmpty ? ReadExtensions(extensions, signatures) : null;
    }

    /// <summary>Those that are not known (GREASE, encrypted client hello and what is to come) are passed over.</summary>
    private static ClientHello? ReadExtensions(ReadOnlySpan<byte> rest, ClientSignatures signatures)
    {
        string? name = null;
        List<string>? protocols = null;
        while (!rest.IsEmpty)
        {
            if (rest.Length < sizeof(ushort))
            {
                return null;
            }

            ushort type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[sizeof(ushort)..];
            if (!TryTake16(ref rest, out ReadOnlySpan<byte> content))
            {
                return null;
            }

            // No extension may stand twice: of two names a target might believe the other one.
            if (type == ServerNameExtension && (name is not null || !TryReadName(content, out name)))
            {
                return null;
            }

            if (type == AlpnExtension && (protocols is not null || !TryReadProtocols(content, out protocols)))
            {
                return null;
            }

            if (!TryReadSignatures(type, content, ref signatures))
            {
                return null;
            }
        }

        return new ClientHello(name, protocols ?? [], signatures);
    }

    private static bool TryReadName(ReadOnlySpan<byte> content, out string? name)
    {
        name = null;
        if (!TryTake16(ref content, out ReadOnlySpan<byte> list) || !content.IsEmpty || list.IsEmpty || list[0] != 0)
        {
            return false;
        }

        // One name: there is only one type of names, and only one of each may stand.
        list = list[1..];
        if (!TryTake16(ref list, out ReadOnlySpan<byte> host) || !list.IsEmpty)
        {
            return false;
        }

        if (host.Length > 1 && host[^1] == (byte)'.')
        {
            host = host[..^1];
        }

        if (host.IsEmpty || host.Length > MaxNameBytes)
        {
            return false;
        }

        foreach (byte letter in host)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'-' or (byte)'.' or (byte)'_' or (byte)':'))
            {
                return false;
            }
        }

        name = Encoding.ASCII.GetString(host).ToLowerInvariant();
        return true;
    }

    /// <summary>The three lists that tell of certificates; each is one vector of entries of two bytes.</summary>
    private static bool TryReadSignatures(ushort type, ReadOnlySpan<byte> content, ref ClientSignatures signatures)
    {
        if (type is not (GroupsExtension or SignaturesExtension or VersionsExtension))
        {
            return true;
        }

        bool taken = type == VersionsExtension ? TryTake8(ref content, out ReadOnlySpan<byte> list) : TryTake16(ref content, out list);
        if (!taken || !content.IsEmpty || list.Length < sizeof(ushort) || list.Length % sizeof(ushort) != 0)
        {
            return false;
        }

        signatures = type switch
        {
            GroupsExtension => signatures.WithGroups(list),
            SignaturesExtension => signatures.WithSchemes(list),
            _ => signatures.WithVersions(list),
        };
        return true;
    }

    private static bool TryReadProtocols(ReadOnlySpan<byte> content, out List<string>? protocols)
    {
        protocols = [];
        if (!TryTake16(ref content, out ReadOnlySpan<byte> list) || !content.IsEmpty || list.IsEmpty)
        {
            return false;
        }

        while (!list.IsEmpty)
        {
            if (!TryTake8(ref list, out ReadOnlySpan<byte> protocol) || protocol.IsEmpty)
            {
                return false;
            }

            protocols.Add(Encoding.Latin1.GetString(protocol));
        }

        return true;
    }

    private static bool TryTake8(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (rest.IsEmpty || rest.Length - 1 < rest[0])
        {
            return false;
        }

        taken = rest.Slice(1, rest[0]);
        rest = rest[(1 + taken.Length)..];
        return true;
    }

    private static bool TryTake16(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (rest.Length < sizeof(ushort) || rest.Length - sizeof(ushort) < BinaryPrimitives.ReadUInt16BigEndian(rest))
        {
            return false;
        }

        taken = rest.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(rest));
        rest = rest[(sizeof(ushort) + taken.Length)..];
        return true;
    }
}
