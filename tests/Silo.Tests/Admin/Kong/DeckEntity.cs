using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>An entity of a state file.</summary>
/// <param name="Kind">As its list is called.</param>
/// <param name="Dao">As <c>/schemas/{dao}/validate</c> calls it.</param>
/// <param name="Path">Where decK puts it.</param>
internal sealed record DeckEntity(string Kind, string Dao, string Id, string Path, JsonObject Body);
