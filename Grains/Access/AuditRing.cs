using Mesh.Abstractions.Access;

namespace Mesh.Grains.Access;

/// <summary>The newest records of one sort, in pages of which only those that changed are written.</summary>
internal sealed class AuditRing(string name)
{
    public const int PageRecords = 100;

    /// <summary>Pages in the store; the ring holds a little less than their records, for the oldest page is begun anew.</summary>
    public const int Pages = 51;

    private readonly SortedDictionary<long, List<AuditRecord>> pages = [];
    private readonly HashSet<long> unwritten = [];

    public string Name { get; } = name;

    /// <summary>Newest first.</summary>
    public IEnumerable<AuditRecord> Newest => pages.Reverse().SelectMany(page => Enumerable.Reverse(page.Value));

    public bool HasUnwritten => unwritten.Count > 0;

    public static int Slot(long page) => (int)(page % Pages);

    public void Restore(IEnumerable<StoredAuditPage> stored)
    {
        foreach (StoredAuditPage page in stored)
        {
            pages[page.Page] = [.. page.Records];
        }

        Trim();
    }

    public void Add(AuditRecord record)
    {
        long last = pages.Count == 0 ? 0 : pages.Last().Key;
        if (pages.TryGetValue(last, out List<AuditRecord>? page) && page.Count >= PageRecords)
        {
            last++;
            page = null;
        }

        if (page is null)
        {
            pages[last] = page = [];
        }

        page.Add(record);
        unwritten.Add(last);
        Trim();
    }

    /// <summary>What is to be written now; counts as written until <see cref="WritingFailed"/> says otherwise.</summary>
    public StoredAuditPage[] TakeUnwritten()
    {
        StoredAuditPage[] taken = [.. unwritten.Where(pages.ContainsKey).Select(page => new StoredAuditPage(page, [.. pages[page]]))];
        unwritten.Clear();
        return taken;
    }

    public void WritingFailed(IEnumerable<StoredAuditPage> taken) => unwritten.UnionWith(taken.Select(page => page.Page));

    private void Trim()
    {
        while (pages.Count > 0 && pages.First().Key <= pages.Last().Key - Pages)
        {
            pages.Remove(pages.First().Key);
        }
    }
}
