namespace Mesh.Silo.Hosting;

/// <summary>One process at a time has a data directory: two stores writing the same files would destroy them. The system releases it when the process dies.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DataDirectoryLock(FileStream file) => this.file = file;

    /// <exception cref="StartRefusedException">Another process has it, or the directory cannot be written.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        string path = Path.Combine(directory, "lock");
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                // Keys and credentials lie here, in clear unless a keyring key is set.
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException inUse) when (File.Exists(path))
        {
            throw new StartRefusedException($"the data directory {directory} is in use by another mesh process ({inUse.GetType().Name}): stop that process, or give this one a directory of its own (MESH_DATA_DIR)");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"the data directory {directory} cannot be written ({failure.Message}): name a writable one (MESH_DATA_DIR)");
        }
    }

    public void Dispose() => file.Dispose();
}
