namespace Mesh.Edge.Plugins.Fields;

/// <summary>The fields of a body, which can be written as a body again.</summary>
internal interface IBodyFields : IFields
{
    byte[] ToBytes();
}
