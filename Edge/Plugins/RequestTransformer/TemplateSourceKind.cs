namespace Mesh.Edge.Plugins.RequestTransformer;

internal enum TemplateSourceKind
{
    Literal,
    Header,
    Query,
    Capture,
}
