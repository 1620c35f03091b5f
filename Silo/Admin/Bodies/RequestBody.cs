using System.Text.Json.Nodes;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>Reads the bodies of writes: JSON, form and multipart, as Kong tells them apart (Kong 3.9, <c>api/api_helpers.lua</c>).</summary>
internal static class RequestBody
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data";

    /// <summary>Most arguments of a form, and of a query.</summary>
    public const int MaxArguments = 1000;

    public static async Task<BodyReading> Read(AdminContext context, FormShape shape)
    {
        HttpRequest request = context.Http.Request;
        string type = request.ContentType ?? "";
        if (type.Length == 0)
        {
            return await IsEmpty(context) ? new("{}"u8.ToArray(), null) : BodyReading.Refused(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type");
        }

        if (type.StartsWith(Json, StringComparison.OrdinalIgnoreCase))
        {
            byte[] json = await ReadAll(context);
            return JsonBody.IsObject(json) ? new(json, null) : BodyReading.Refused(StatusCodes.Status400BadRequest, "Cannot parse JSON body");
        }

        List<KeyValuePair<string, string>>? arguments;
        if (type.StartsWith(Form, StringComparison.OrdinalIgnoreCase))
        {
            arguments = FormBody.Parse(await ReadAll(context), MaxArguments);
        }
        else if (type.StartsWith(Multipart, StringComparison.OrdinalIgnoreCase))
        {
            arguments = await MultipartBody.Parse(type, await ReadAll(context), MaxArguments, context.Cancel);
            if (arguments is null)
            {
                return BodyReading.Refused(StatusCodes.Status400BadRequest, "Cannot parse multipart body");
            }
        }
        else
        {
            return BodyReading.Refused(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type");
        }

        if (arguments.Count > MaxArguments)
        {
            return BodyReading.Refused(StatusCodes.Status400BadRequest, "Too many arguments");
        }

        if (FormTree.Build(arguments) is not { } tree)
        {
            return BodyReading.Refused(StatusCodes.Status400BadRequest, "Cannot parse form body: names are nested too deep");
        }

        JsonObject body = FormCast.Record(tree, await shape.Fields(context, tree));
        return new(JsonBody.Write(body), null);
    }

    /// <summary>The whole body; Kestrel ends the request with 413 beyond the limit.</summary>
    public static async Task<byte[]> ReadAll(AdminContext context)
    {
        using MemoryStream buffer = new();
        await context.Http.Request.Body.CopyToAsync(buffer, context.Cancel);
        return buffer.ToArray();
    }

    private static async Task<bool> IsEmpty(AdminContext context) =>
        context.Http.Request.ContentLength == 0 || await context.Http.Request.Body.ReadAsync(new byte[1], context.Cancel) == 0;
}
