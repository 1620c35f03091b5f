namespace Mesh.Edge.Plugins.ResponseTransformer;

/// <summary>What is done to a field, in Kong's order.</summary>
internal enum ChangeKind
{
    Remove,
    Rename,
    Replace,
    Add,
    Append,
}
