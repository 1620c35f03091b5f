using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.FileLog;

internal sealed record FileLogSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "file-log",
        Version = ConfigFields.Version,
        Priority = 9,
        Protocols = ConfigFields.AllProtocols,
        DefaultProtocols = ConfigFields.HttpProtocols,
        Config =
        [
            Field.String("path") with
            {
                Required = true,
                Match = @"^[^*&%\\`]+$",
                Error = "not a valid filename",
                Description = "File that a line is appended to for each request; made when it does not exist.",
            },
            ConfigFields.Flag("reopen", false) with { Description = "Open the file anew for what is written, so that a rotated file is left." },
            LuaField.CustomFields,
        ],
    };

    public required string Path { get; init; }
    public required bool Reopen { get; init; }
}
