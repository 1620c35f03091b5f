namespace Mesh.Edge.Listeners;

/// <summary>A connection as its listener counts it and ends it.</summary>
internal interface IListenerConnection
{
    /// <summary>
    /// The listener leaves: close as soon as nothing is in flight. With <paramref name="spareFresh"/>, a connection that has
    /// brought nothing yet may still bring something: its client cannot know.
    /// </summary>
    void RequestClose(bool spareFresh);

    /// <summary>Ends at once, whatever is in flight.</summary>
    void Abort(string reason);
}
