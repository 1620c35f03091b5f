using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Edge.Plugins.FileLog;

/// <summary>
/// A file that the system itself appends to: writes of several processes do not overwrite each other, and a file that was
/// cut short is gone on with at its new end. The class library's append mode only starts at the end.
/// </summary>
internal sealed partial class AppendedFile : IDisposable
{
    public const int TryAgain = 11;
    private const int Interrupted = 4;
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int Append = 0x400;

    /// <summary>A pipe without a reader must fail, not wait.</summary>
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Kong's: readable by all, written by the owner.</summary>
    private const int Mode = 0x1A4;

    private readonly SafeFileHandle handle;

    private AppendedFile(SafeFileHandle handle) => this.handle = handle;

    /// <exception cref="IOException">With the system's reason.</exception>
    /// <exception cref="UnauthorizedAccessException">Not on Linux.</exception>
    public static AppendedFile Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new AppendedFile(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        }

        int descriptor = OpenPath(path, WriteOnly | Create | Append | NonBlocking | CloseOnExec, Mode);
        return descriptor >= 0
            ? new AppendedFile(new SafeFileHandle(descriptor, ownsHandle: true))
            : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>One write. <paramref name="written"/> may be less than all; <paramref name="error"/> is the system's number, 0 for none.</summary>
    public void Write(ReadOnlySpan<byte> bytes, out int written, out int error)
    {
        error = 0;
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.Write(handle, bytes, RandomAccess.GetLength(handle));
            written = bytes.Length;
            return;
        }

        do
        {
            written = (int)WriteBytes(handle, bytes, bytes.Length);
            error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == Interrupted);
        written = Math.Max(written, 0);
    }

    public void Dispose() => handle.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);
}
