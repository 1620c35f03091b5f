using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

internal static class ConsumerSchema
{
    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Consumers,
        AdminName = "consumers",
        EndpointKey = "username",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            Field.String("username") with { Unique = true },
            Field.String("custom_id") with { Unique = true },
            CommonFields.Tags,
        ],
        Checks = [new EntityCheck.AtLeastOneOf("custom_id", "username")],
    };
}
