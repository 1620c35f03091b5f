using System.Text.RegularExpressions;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <param name="PrefixLength">
/// Characters that the plain path or the regex matched, which is what strip_path takes off; 0 when the route has no paths.
/// </param>
/// <param name="Captures">The regex match, for captures by name or number; null when a plain path matched.</param>
internal readonly record struct RouteMatch(Route Route, int PrefixLength, Match? Captures);
