namespace Mesh.Silo.Admin;

/// <summary>Puts an answer on the wire.</summary>
internal static class AnswerWriter
{
    public static async Task Write(HttpContext http, AdminAnswer answer)
    {
        HttpResponse response = http.Response;
        response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.ContentType is not { } type)
        {
            return;
        }

        response.ContentType = type;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(answer.Body, http.RequestAborted);
        }
    }
}
