using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Settings;

/// <summary>Reads single values; a <see cref="FormatException"/> carries the reason in words for the person who starts the process.</summary>
internal static class SettingValue
{
    /// <summary>Longest region, zone or workspace name, as a DNS label.</summary>
    private const int MaxNameLength = 63;

    public static bool Switch(string text) => text.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" => true,
        "off" or "false" or "no" or "0" => false,
        _ => throw new FormatException("it is neither on nor off"),
    };

    public static int Integer(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new FormatException($"it is not a whole number from {min} to {max}");

    public static int Port(string text) => Integer(text, 1, 65535);

    public static string Name(string text) =>
        text.Length <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? text
            : throw new FormatException($"a name has at most {MaxNameLength} letters, digits, '-', '_' and '.'");

    /// <summary>A token, key or other secret that goes into a header.</summary>
    public static string Secret(string text) =>
        text.All(c => c is > ' ' and < '\x7f') ? text : throw new FormatException("it holds a space or a character outside printable ASCII");

    public static string HeaderName(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? text : throw new FormatException("it is not a header name");

    /// <summary>Kong's names; notice, its default, is our informational level.</summary>
    public static LogLevel Level(string text) => text.ToLowerInvariant() switch
    {
        "debug" => LogLevel.Debug,
        "info" or "notice" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "crit" or "alert" or "emerg" => LogLevel.Critical,
        _ => throw new FormatException("there is no such level"),
    };

    public static string MediaType(string text) =>
        text is "text/plain" or "text/html" or "application/json" or "application/xml" ? text : throw new FormatException("it is not among the types that errors are written in");

    public static Uri HttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0
            ? url
            : throw new FormatException("it is not an http or https URL");

    public static string Path(string text)
    {
        try
        {
            _ = System.IO.Path.GetFullPath(text);
            return text;
        }
        catch (Exception e) when (e is ArgumentException or IOException or NotSupportedException)
        {
            throw new FormatException("it is not a path", e);
        }
    }

    public static string File(string text) =>
        System.IO.File.Exists(text) ? text : throw new FormatException("there is no such file");

    public static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw new FormatException("it is not an IP address");

    public static IReadOnlyList<string> Hosts(string text) =>
        [.. List(text).Select(host => Uri.CheckHostName(host) == UriHostNameType.Dns ? host.ToLowerInvariant() : throw new FormatException($"'{host}' is not a host name (write it without scheme and port)"))];

    public static IReadOnlyList<string> List(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static IReadOnlyList<IPNetwork> Networks(string text) => [.. List(text).Select(Network)];

    /// <summary>Outside port → listen port, as Kong's <c>port_maps</c>.</summary>
    public static IReadOnlyDictionary<int, int> PortMaps(string text)
    {
        Dictionary<int, int> maps = [];
        foreach (string entry in List(text))
        {
            string[] ports = entry.Split(':');
            if (ports.Length != 2)
            {
                throw new FormatException($"'{entry}' is not a pair of ports");
            }

            if (!maps.TryAdd(Port(ports[0]), Port(ports[1])))
            {
                throw new FormatException($"port {ports[0]} is mapped twice");
            }
        }

        return maps;
    }

    /// <summary>As <c>tier=front, rack=7</c>.</summary>
    public static IReadOnlyDictionary<string, string> Labels(string text)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (string entry in List(text))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == entry.Length - 1)
            {
                throw new FormatException($"'{entry}' is not a name and a value");
            }

            if (!labels.TryAdd(Name(entry[..equals]), Name(entry[(equals + 1)..])))
            {
                throw new FormatException($"label {entry[..equals]} is given twice");
            }
        }

        return labels;
    }

    private static IPNetwork Network(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out IPNetwork network)
            ? network
            : throw new FormatException($"'{text}' is not an address or network");
    }

    /// <summary>Null for 0, which is no limit.</summary>
    public static TimeSpan? Seconds(string text) =>
        Integer(text, 0, int.MaxValue) is var seconds and not 0 ? TimeSpan.FromSeconds(seconds) : null;
}
