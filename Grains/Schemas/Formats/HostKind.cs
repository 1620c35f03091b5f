namespace Mesh.Grains.Schemas.Formats;

internal enum HostKind
{
    Name,
    Ipv4,
    Ipv6,
}
