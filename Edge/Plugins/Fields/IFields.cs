namespace Mesh.Edge.Plugins.Fields;

/// <summary>Named values in a request: headers, query arguments, the fields of a JSON, form or multipart body.</summary>
internal interface IFields
{
    /// <summary>Something was changed since it was read.</summary>
    bool Changed { get; }

    /// <summary>The texts under a name; empty when there are none.</summary>
    IReadOnlyList<string> Values(string name);

    void Remove(string name);

    /// <summary>Moves the values to another name, whose own are lost. Nothing happens when there are none.</summary>
    void Rename(string name, string newName);

    /// <summary>Puts one value in place of those there are. Nothing happens when there are none.</summary>
    void Replace(string name, string value);

    /// <summary>Sets a value where there is none.</summary>
    void Add(string name, string value);

    /// <summary>Adds a value to those there are.</summary>
    void Append(string name, string value);
}
