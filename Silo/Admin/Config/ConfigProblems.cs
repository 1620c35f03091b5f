using System.Text;
using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Config;

/// <summary>
/// What is wrong with a document (Kong's code 14): <c>fields</c> as a tree along the document's places, and in <c>errors</c>
/// a list with each place in words.
/// </summary>
internal static class ConfigProblems
{
    /// <summary>Errors that are listed; the message counts all.</summary>
    private const int MaxListed = 1000;

    public static AdminAnswer Answer(EntityProblem[] problems, Mutation[] mutations, bool flatten)
    {
        EntityProblem[] listed = problems.Length > MaxListed ? problems[..MaxListed] : problems;
        return AdminAnswer.Object(StatusCodes.Status400BadRequest, json =>
        {
            byte[] fields = flatten ? "{}"u8.ToArray() : Encoding.UTF8.GetBytes(ProblemTree.Of(listed).ToJsonString());
            ProblemAnswer.Write(json, ProblemCode.DeclarativeConfig, Message(listed, problems.Length), fields);
            if (flatten)
            {
                FlattenedErrors.Write(json, listed, mutations);
            }

            json.WriteStartArray("errors");
            foreach (EntityProblem problem in listed)
            {
                WriteError(json, problem);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>A document that cannot be read as one says so itself.</summary>
    private static string Message(EntityProblem[] problems, int count) => problems is [{ Code: ProblemCode.DeclarativeConfig } unreadable]
        ? unreadable.Message
        : $"declarative config is invalid: {Words(problems, count)}";

    private static string Words(EntityProblem[] problems, int count)
    {
        string first = problems[0].Place is { Length: > 0 } place ? $"{place}: {problems[0].Message}" : problems[0].Message;
        return count == 1 ? first : $"{first} (and {count - 1} more)";
    }

    private static void WriteError(Utf8JsonWriter json, EntityProblem problem)
    {
        json.WriteStartObject();
        json.WriteString("place", problem.Place);
        json.WriteNumber("code", (int)problem.Code);
        json.WriteString("name", ProblemAnswer.Name(problem.Code));
        json.WriteString("message", problem.Message);
        if (problem.Fields is { } fields)
        {
            json.WritePropertyName("fields");
            json.WriteRawValue(fields);
        }

        json.WriteEndObject();
    }
}
