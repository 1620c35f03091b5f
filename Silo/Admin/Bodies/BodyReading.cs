namespace Mesh.Silo.Admin.Bodies;

/// <summary>A request's body as one JSON object in UTF-8, or the refusal.</summary>
internal readonly record struct BodyReading(byte[]? Json, AdminAnswer? Refusal)
{
    public static BodyReading Refused(int status, string message) => new(null, AdminAnswer.Message(status, message));
}
