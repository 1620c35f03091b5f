using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Consumers;

/// <summary>
/// Tells the rest of the pipeline and the upstream who the caller is. What the client itself sent under these names is
/// always replaced or removed.
/// </summary>
internal static class Identification
{
    private const string ConsumerId = "X-Consumer-ID";
    private const string ConsumerCustomId = "X-Consumer-Custom-ID";
    private const string ConsumerUsername = "X-Consumer-Username";
    private const string GroupsHeader = "X-Consumer-Groups";
    private const string CredentialIdentifier = "X-Credential-Identifier";
    private const string Anonymous = "X-Anonymous-Consumer";

    /// <param name="credential">Null for the anonymous consumer.</param>
    public static void Identify(this Exchange exchange, Consumer consumer, Guid? credential)
    {
        exchange.Consumer = consumer;
        exchange.Credential = credential;
        exchange.ClearIdentity();
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        headers[ConsumerId] = consumer.Id.ToString();
        if (consumer.CustomId is { } customId)
        {
            headers[ConsumerCustomId] = HeaderText.Encode(customId);
        }

        if (consumer.Username is { } username)
        {
            headers[ConsumerUsername] = HeaderText.Encode(username);
        }

        if (credential is { } id)
        {
            headers[CredentialIdentifier] = id.ToString();
        }
        else
        {
            headers[Anonymous] = "true";
        }
    }

    /// <param name="groups">Null: the upstream is told none.</param>
    public static void TellGroups(this Exchange exchange, ConsumerGroups? groups)
    {
        if (groups is { Names.IsEmpty: false })
        {
            exchange.Http.Request.Headers[GroupsHeader] = HeaderText.Encode(groups.Text);
        }
        else
        {
            exchange.Http.Request.Headers.Remove(GroupsHeader);
        }
    }

    /// <summary>Removes the headers that name a caller.</summary>
    public static void ClearIdentity(this Exchange exchange)
    {
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        headers.Remove(ConsumerId);
        headers.Remove(ConsumerCustomId);
        headers.Remove(ConsumerUsername);
        headers.Remove(GroupsHeader);
        headers.Remove(CredentialIdentifier);
        headers.Remove(Anonymous);
    }
}
