using System.Text;

namespace Mesh.Edge.Pipeline;

/// <summary>How an answer of ours reads to a gRPC client.</summary>
internal static class GrpcStatus
{
    public const int Canceled = 1;

    /// <summary>Kong's mapping.</summary>
    public static int OfHttp(int status) => status switch
    {
        200 => 0,
        400 => 3,
        401 => 16,
        403 => 7,
        404 => 5,
        409 => 10,
        429 => 8,
        499 => Canceled,
        500 => 13,
        501 => 12,
        503 => 14,
        504 => 4,
        _ => 2,
    };

    /// <summary>Percent-encoded but for printable ASCII without the percent sign, as the gRPC wire format asks.</summary>
    public static string EncodeMessage(string message)
    {
        if (message.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !message.Contains('%', StringComparison.Ordinal))
        {
            return message;
        }

        var encoded = new StringBuilder(message.Length + 16);
        foreach (byte value in Encoding.UTF8.GetBytes(message))
        {
            _ = value is >= 0x20 and <= 0x7E and not (byte)'%' ? encoded.Append((char)value) : encoded.Append('%').Append(value.ToString("X2"));
        }

        return encoded.ToString();
    }
}
