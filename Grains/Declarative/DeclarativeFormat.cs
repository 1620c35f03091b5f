namespace Mesh.Grains.Declarative;

public enum DeclarativeFormat
{
    Json,
    Yaml,
}
