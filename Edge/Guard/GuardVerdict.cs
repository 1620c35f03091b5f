namespace Mesh.Edge.Guard;

/// <summary>May the request go on, or with what it is refused. A refused HTTP/1.1 request closes its connection.</summary>
/// <param name="Status">0 when the request may go on.</param>
internal readonly record struct GuardVerdict(int Status, string Message)
{
    public static GuardVerdict Pass => default;

    public bool Refused => Status != 0;
}
