using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Access;

/// <summary>
/// The admin token as a file: mounted by whoever runs the container, or made here at the first start, so that there is a first
/// token where nobody can reach loopback.
/// </summary>
internal static class AdminTokenFile
{
    private const int MaxCharacters = 4096;

    /// <returns>The settings with the token; unchanged when no file is named.</returns>
    /// <exception cref="StartRefusedException">The file cannot be read or made, or holds no token.</exception>
    public static AdminSettings Apply(AdminSettings settings) => settings.TokenFile is { } path ? settings with { Token = Load(path) } : settings;

    private static string Load(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            return Read(path) ?? throw new StartRefusedException($"MESH_ADMIN_TOKEN_FILE={path} holds no token: it must be one line of printable ASCII without spaces");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"MESH_ADMIN_TOKEN_FILE={path}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <returns>Null when there is no token in it.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Read(string path)
    {
        using StreamReader reader = new(path);
        char[] buffer = new char[MaxCharacters + 1];
        int length = reader.ReadBlock(buffer);
        string text = new string(buffer, 0, length).Trim();
        return length <= MaxCharacters && text.Length > 0 && text.All(c => c is > ' ' and < '\x7f') ? text : null;
    }

    /// <summary>Readable for its owner alone. Two processes that start at once agree on the one that was made first.</summary>
    private static void Create(string path)
    {
        string made = $"{path}.{Guid.NewGuid():N}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (StreamWriter writer = new(made, options))
            {
                writer.WriteLine(TokenText.New());
            }

            File.Move(made, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(made);
        }
    }
}
