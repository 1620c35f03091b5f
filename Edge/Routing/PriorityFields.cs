namespace Mesh.Edge.Routing;

/// <summary>What a route's priority is made of, the most significant first: the first that differs decides.</summary>
/// <param name="Criteria">How many of hosts, paths, methods, headers and snis the route asks for.</param>
/// <param name="PlainHosts">It has hosts, and none with a wildcard.</param>
/// <param name="Headers">How many header names it asks for.</param>
/// <param name="Regex">Its path is a regex.</param>
/// <param name="RegexPriority">0 unless the path is a regex.</param>
/// <param name="PathLength">Bytes of the plain path; 0 for a regex or none.</param>
internal sealed record PriorityFields(int Criteria, bool PlainHosts, int Headers, bool Regex, long RegexPriority, int PathLength);
