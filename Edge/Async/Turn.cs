namespace Mesh.Edge.Async;

/// <summary>
/// How long what never has to wait may go on: it can be on a thread that polls sockets, with all of that thread's connections waiting
/// behind it. Who has had its turn goes on on the thread pool.
/// </summary>
internal struct Turn
{
    /// <summary>Bytes: some tenths of a millisecond where they are encrypted.</summary>
    private const int MaxBytes = 256 * 1024;

    private int moved;

    /// <summary>Others could go on meanwhile.</summary>
    public void Waited() => moved = 0;

    /// <summary>With so many bytes more; a new turn begins when it is over.</summary>
    public bool IsOver(int bytes)
    {
        moved += bytes;
        if (moved < MaxBytes)
        {
            return false;
        }

        moved = 0;
        return true;
    }
}
