namespace Mesh.Silo.Admin.Bodies;

/// <summary>
/// A form's arguments by the nesting of their names: <c>a.b</c>, <c>a[k]</c> and <c>a[1]</c> name a child, <c>a[]</c> and a
/// repeated <c>a</c> add a value (Kong 3.9, <c>api/arguments.lua</c>).
/// </summary>
internal sealed class FormTree
{
    private const int MaxDepth = 16;

    /// <summary>In order; more than one when the name was repeated.</summary>
    public List<string> Values { get; } = [];

    public Dictionary<string, FormTree> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Written as <c>a[]</c>: a list even when there is one value.</summary>
    public bool IsList { get; private set; }

    /// <returns>Null when a name is nested too deep.</returns>
    public static FormTree? Build(IEnumerable<KeyValuePair<string, string>> arguments)
    {
        FormTree root = new();
        foreach ((string name, string value) in arguments)
        {
            List<string> steps = Steps(name);
            if (steps.Count > MaxDepth)
            {
                return null;
            }

            FormTree node = root;
            foreach (string step in steps)
            {
                node = node.Step(step);
            }

            node.Values.Add(value);
        }

        return root;
    }

    private FormTree Step(string name)
    {
        if (name.Length == 0)
        {
            IsList = true;
            return this;
        }

        if (!Children.TryGetValue(name, out FormTree? child))
        {
            Children[name] = child = new FormTree();
        }

        return child;
    }

    /// <summary>The names in a name; an empty one stands for <c>[]</c>. What is not well-formed is one plain name.</summary>
    private static List<string> Steps(string name)
    {
        List<string> steps = [];
        int start = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == '.')
            {
                AddPlain(i);
            }
            else if (name[i] == '[' && name.IndexOf(']', i) is var close and > 0)
            {
                AddPlain(i);
                steps.Add(name[(i + 1)..close]);
                i = close;
                start = close + 1;
            }
        }

        AddPlain(name.Length);
        return steps.Count == 0 ? [name] : steps;

        void AddPlain(int end)
        {
            if (end > start)
            {
                steps.Add(name[start..end]);
            }

            start = end + 1;
        }
    }
}
