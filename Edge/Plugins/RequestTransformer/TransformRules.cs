using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>What is done to one kind of fields (headers, query, body), in Kong's order: remove, rename, replace, add, append.</summary>
internal sealed class TransformRules
{
    private readonly Rule[] rules;
    private readonly string[]? constants;

    private TransformRules(Rule[] rules)
    {
        this.rules = rules;
        constants = rules.All(rule => rule.Value.IsConstant) ? [.. rules.Select(rule => rule.Value.Render(null!))] : null;
    }

    private enum Action
    {
        Remove,
        Rename,
        Replace,
        Add,
        Append,
    }

    public bool IsEmpty => rules.Length == 0;

    public IEnumerable<string> Names => rules.Select(rule => rule.Name);

    /// <exception cref="FormatException">A template is not understood.</exception>
    public static TransformRules Of(RequestTransformerSettings settings, Func<RequestTransformerSettings.ChangeSettings, string[]> kind) => new(
    [
        .. Rules(Action.Remove, kind(settings.Remove)),
        .. Rules(Action.Rename, kind(settings.Rename)),
        .. Rules(Action.Replace, kind(settings.Replace)),
        .. Rules(Action.Add, kind(settings.Add)),
        .. Rules(Action.Append, kind(settings.Append)),
    ]);

    /// <summary>The values of the rules for a request; taken before anything of it is changed.</summary>
    public string[] Render(Exchange exchange) => constants ?? [.. rules.Select(rule => rule.Value.Render(exchange))];

    public void Apply(IFields fields, string[] values)
    {
        for (int i = 0; i < rules.Length; i++)
        {
            string name = rules[i].Name;
            switch (rules[i].Action)
            {
                case Action.Remove:
                    fields.Remove(name);
                    break;
                case Action.Rename:
                    fields.Rename(name, values[i]);
                    break;
                case Action.Replace:
                    fields.Replace(name, values[i]);
                    break;
                case Action.Add:
                    fields.Add(name, values[i]);
                    break;
                default:
                    fields.Append(name, values[i]);
                    break;
            }
        }
    }

    private static IEnumerable<Rule> Rules(Action action, string[] entries) =>
        entries.Select(FieldEntry.Split).Select(entry => new Rule(action, entry.Name, Template.Parse(entry.Value)));

    private readonly record struct Rule(Action Action, string Name, Template Value);
}
