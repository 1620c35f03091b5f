namespace Mesh.Silo.Admin.Access;

/// <summary>One of the two is there.</summary>
internal sealed record Admission(Caller? Caller, AdminAnswer? Refusal);
