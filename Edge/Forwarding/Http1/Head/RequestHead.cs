using System.Buffers;
using System.Text;

namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>The bytes of a request's head, as they go on the wire. Kept with the connection and used again.</summary>
internal sealed class RequestHead
{
    /// <summary>Bytes that are kept from request to request.</summary>
    private const int KeptBuffer = 2 * 1024;

    /// <summary>What would end a header's line, or the string for a parser written in C.</summary>
    private static readonly SearchValues<char> LineBreakers = SearchValues.Create("\r\n\0");

    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private byte[] buffer = new byte[KeptBuffer];
    private int length;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <param name="path">In wire form.</param>
    /// <param name="query">With its question mark, or empty.</param>
    /// <exception cref="InvalidOperationException">The method or target cannot stand in a request line: a plugin made it so.</exception>
    public void Begin(string method, string path, string query)
    {
        length = 0;
        if (Breaks(method) || Breaks(path) || Breaks(query) || method.Length == 0)
        {
            throw new InvalidOperationException("A method or request target with blanks or control characters cannot be sent.");
        }

        Grow(method.Length + path.Length + query.Length + " HTTP/1.1\r\n ".Length);
        Put(method);
        buffer[length++] = (byte)' ';
        Put(path);
        Put(query);
        Put(" HTTP/1.1\r\n"u8);
    }

    /// <summary>Adds a line; one that a value would break in two is left out, as is one whose name is none.</summary>
    public void Add(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenChars) || value.AsSpan().ContainsAny(LineBreakers))
        {
            return;
        }

        Grow(name.Length + value.Length + ": \r\n".Length);
        Put(name);
        buffer[length++] = (byte)':';
        buffer[length++] = (byte)' ';
        Put(value);
        buffer[length++] = (byte)'\r';
        buffer[length++] = (byte)'\n';
    }

    public void End()
    {
        Grow(2);
        Put("\r\n"u8);
    }

    /// <summary>Adds what follows the head, to go out with it.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        Put(bytes);
    }

    public void Shrink()
    {
        if (buffer.Length > KeptBuffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = new byte[KeptBuffer];
        }
    }

    private static bool Breaks(string text) => text.AsSpan().ContainsAnyInRange('\0', ' ') || text.Contains('\x7f', StringComparison.Ordinal);

    private void Put(ReadOnlySpan<char> text) => length += Encoding.Latin1.GetBytes(text, buffer.AsSpan(length));

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void Grow(int more)
    {
        if (buffer.Length - length >= more)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + more));
        buffer.AsSpan(0, length).CopyTo(larger);
        if (buffer.Length > KeptBuffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
    }
}
