namespace Mesh.Edge.Settings;

/// <summary>Reads records of settings from the sources and gathers everything that is wrong with them.</summary>
internal sealed class SettingsReader(SettingSources sources)
{
    private readonly List<SettingProblem> problems = sources.FileProblem is { } problem ? [problem] : [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>All that is wrong so far; a start with any problem is refused.</summary>
    public IReadOnlyList<SettingProblem> Problems => problems;

    /// <summary>Names that look like settings but are none that was asked for.</summary>
    public IEnumerable<string> Unknown =>
        sources.Texts.Where(pair => !known.Contains(pair.Key)).Select(pair => $"{pair.Key} ({pair.Value.Origin})").Order(StringComparer.Ordinal);

    /// <summary>The defaults with every declared setting that a source gives read in.</summary>
    public T Read<T>(T defaults, IReadOnlyList<Setting<T>> declarations)
    {
        T settings = defaults;
        foreach (Setting<T> setting in declarations)
        {
            bool first = known.Add(setting.Name);
            if (!sources.Texts.TryGetValue(setting.Name, out SettingText? text) || text.Value.Length == 0)
            {
                continue;
            }

            try
            {
                settings = setting.Apply(settings, text.Value.Trim());
            }
            catch (FormatException e)
            {
                // A setting that edge and silo share is read by both and reported once.
                if (first)
                {
                    Refuse(setting, text, e.Message);
                }
            }
        }

        return settings;
    }

    /// <summary>Reports a rule over several settings.</summary>
    public void Refuse(SettingProblem problem) => problems.Add(problem);

    private void Refuse(Setting setting, SettingText text, string reason) =>
        problems.Add(new SettingProblem(setting.Name, setting.Secret ? null : text.Value, text.Origin, reason, setting.Expected));
}
