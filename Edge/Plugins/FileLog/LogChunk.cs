namespace Mesh.Edge.Plugins.FileLog;

/// <summary>Whole lines that wait to be written together. Belongs to one thread at a time.</summary>
internal sealed class LogChunk(int capacity)
{
    private readonly byte[] bytes = new byte[capacity];

    public int Capacity => bytes.Length;

    public int Length { get; private set; }

    public int Lines { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    /// <summary>The plugin entity that wrote last.</summary>
    public Guid Plugin { get; private set; }

    /// <summary>One of the lines wants the file opened anew.</summary>
    public bool Reopen { get; private set; }

    /// <summary>False when it does not fit.</summary>
    /// <param name="line">Without its line break.</param>
    public bool TryAppend(ReadOnlySpan<byte> line, Guid plugin, bool reopen)
    {
        if (line.Length >= bytes.Length - Length)
        {
            return false;
        }

        line.CopyTo(bytes.AsSpan(Length));
        bytes[Length + line.Length] = (byte)'\n';
        Length += line.Length + 1;
        Lines++;
        Plugin = plugin;
        Reopen |= reopen;
        return true;
    }

    public void Clear()
    {
        Length = 0;
        Lines = 0;
        Reopen = false;
    }
}
