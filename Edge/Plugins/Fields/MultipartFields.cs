using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>The parts of a multipart/form-data body. Parts that are not touched keep their headers and bytes.</summary>
internal sealed class MultipartFields : IBodyFields
{
    private const int MaxParts = 1024;
    private const int MaxBoundaryLength = 70;
    private readonly List<Part> parts;
    private readonly string boundary;

    private MultipartFields(List<Part> parts, string boundary)
    {
        this.parts = parts;
        this.boundary = boundary;
    }

    public bool Changed { get; private set; }

    /// <summary>Null when the body cannot be read as multipart.</summary>
    public static async ValueTask<MultipartFields?> Parse(ReadOnlyMemory<byte> body, MediaTypeHeaderValue type)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            return null;
        }

        var parts = new List<Part>();
        try
        {
            if (!body.IsEmpty)
            {
                var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray(), writable: false));
                while (await reader.ReadNextSectionAsync() is { } section)
                {
                    if (parts.Count == MaxParts)
                    {
                        return null;
                    }

                    parts.Add(await ReadPart(section));
                }
            }
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            return null;
        }

        return new MultipartFields(parts, boundary);
    }

    public IReadOnlyList<string> Values(string name) =>
        [.. parts.Where(part => part.Name == name).Select(part => Encoding.UTF8.GetString(part.Body))];

    public void Remove(string name) => Changed |= parts.RemoveAll(part => part.Name == name) > 0;

    public void Rename(string name, string newName)
    {
        if (name == newName || parts.Find(part => part.Name == name) is not { } part)
        {
            return;
        }

        int index = parts.IndexOf(part);
        parts[index] = Simple(newName, part.Body);
        parts.RemoveAll(other => other != parts[index] && (other.Name == newName || other.Name == name));
        Changed = true;
    }

    public void Replace(string name, string value)
    {
        int index = parts.FindIndex(part => part.Name == name);
        if (index < 0)
        {
            return;
        }

        Part replaced = Simple(name, Encoding.UTF8.GetBytes(value));
        parts[index] = replaced;
        parts.RemoveAll(other => other != replaced && other.Name == name);
        Changed = true;
    }

    public void Add(string name, string value)
    {
        if (!parts.Exists(part => part.Name == name))
        {
            Append(name, value);
        }
    }

    public void Append(string name, string value)
    {
        parts.Add(Simple(name, Encoding.UTF8.GetBytes(value)));
        Changed = true;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        foreach (Part part in parts)
        {
            stream.Write(Encoding.UTF8.GetBytes($"--{boundary}\r\n{part.Headers}\r\n"));
            stream.Write(part.Body);
            stream.Write("\r\n"u8);
        }

        stream.Write(Encoding.UTF8.GetBytes($"--{boundary}--\r\n"));
        return stream.ToArray();
    }

    private static async Task<Part> ReadPart(MultipartSection section)
    {
        using var bytes = new MemoryStream();
        await section.Body.CopyToAsync(bytes);
        var headers = new StringBuilder();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in section.Headers ?? [])
        {
            headers.Append(name).Append(": ").Append(values.ToString()).Append("\r\n");
        }

        string? field = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : null;
        return new Part(field, headers.ToString(), bytes.ToArray());
    }

    private static Part Simple(string name, byte[] body)
    {
        string quoted = name.Replace("\"", "%22").Replace("\r", "%0D").Replace("\n", "%0A");
        return new Part(name, $"Content-Disposition: form-data; name=\"{quoted}\"\r\n", body);
    }

    private sealed record Part(string? Name, string Headers, byte[] Body);
}
