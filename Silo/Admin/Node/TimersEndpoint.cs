namespace Mesh.Silo.Admin.Node;

/// <summary><c>/timers</c>: how many timers of this process are set, in Kong's form.</summary>
internal static class TimersEndpoint
{
    public static AdminResource Resource { get; } = new()
    {
        Get = _ => Task.FromResult(AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject("worker");
            json.WriteNumber("id", 0);
            json.WriteNumber("count", 1);
            json.WriteEndObject();
            json.WriteStartObject("stats");
            json.WriteStartObject("sys");
            json.WriteNumber("total", Timer.ActiveCount);
            json.WriteNumber("pending", Timer.ActiveCount);
            json.WriteEndObject();
            json.WriteStartObject("timers");
            json.WriteEndObject();
            json.WriteEndObject();
        })),
    };
}
