using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>Everything that <c>mesh start</c> reads.</summary>
internal sealed record MeshSettings(Role Role, EdgeSettings Edge, SiloSettings Silo, AdminSettings Admin)
{
    private const string RoleName = "MESH_ROLE";

    private static readonly IReadOnlyList<Setting<Role>> RoleList =
    [
        new(RoleName, "what this process runs", "all or silo", (_, v) => v.ToLowerInvariant() switch
        {
            "all" => Role.All,
            "silo" => Role.Silo,
            _ => throw new FormatException("there is no such role"),
        }),
    ];

    /// <summary>Every setting once, for the command line.</summary>
    public static IReadOnlyList<Setting> Declarations { get; } =
        [.. RoleList.Concat<Setting>(EdgeSettingsList.All).Concat(SiloSettingsList.All).Concat(AdminSettingsList.All).DistinctBy(setting => setting.Name)];

    public static MeshSettings Read(SettingsReader reader)
    {
        MeshSettings settings = new(
            reader.Read(Role.All, RoleList),
            reader.Read(new EdgeSettings(), EdgeSettingsList.All),
            reader.Read(new SiloSettings(), SiloSettingsList.All),
            reader.Read(new AdminSettings(), AdminSettingsList.All));
        foreach (SettingProblem problem in TlsSettingsRules.Check(settings.Edge).Concat(MeshSettingsRules.Check(settings)))
        {
            reader.Refuse(problem);
        }

        return settings;
    }
}
