namespace Mesh.Edge.Settings;

/// <summary>The declaration of one setting: its name in every source, what it is for and what a right value looks like.</summary>
/// <param name="Name">Environment variable, such as <c>MESH_PROXY_LISTEN</c>; the other names follow from it.</param>
/// <param name="Description">One line for <c>--help</c>.</param>
/// <param name="Expected">What would be right, for the message about a wrong value.</param>
/// <param name="Secret">The value is never printed.</param>
internal abstract record Setting(string Name, string Description, string Expected, bool Secret)
{
    public const string Prefix = "MESH_";

    /// <summary>Name in <c>appsettings.json</c>, such as <c>proxy_listen</c>.</summary>
    public string Key => KeyOf(Name);

    /// <summary>Name on the command line, such as <c>--proxy-listen</c>.</summary>
    public string Option => "--" + Key.Replace('_', '-');

    public static string KeyOf(string name) => name[Prefix.Length..].ToLowerInvariant();

    public static string NameOf(string key) => Prefix + key.ToUpperInvariant();
}

/// <param name="Apply">
/// The settings with this value read in; a <see cref="FormatException"/> says why the value is wrong. The default is the one
/// of the settings record.
/// </param>
internal sealed record Setting<T>(string Name, string Description, string Expected, Func<T, string, T> Apply, bool Secret = false)
    : Setting(Name, Description, Expected, Secret);
