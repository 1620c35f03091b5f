using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary><c>/metrics/summary</c>: all traffic, and each region's.</summary>
internal static class SummaryEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        IFleetGrain directory = context.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory);
        Task<TrafficReading> all = directory.Traffic();
        string[] regions = await directory.Regions();
        TrafficReading[] readings = await Task.WhenAll(regions.Select(region => context.Grains.GetGrain<IFleetGrain>(region).Traffic()));
        TrafficReading total = await all;
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            TrafficJson.Write(json, total);
            json.WriteStartObject("regions");
            for (int i = 0; i < regions.Length; i++)
            {
                json.WriteStartObject(regions[i]);
                TrafficJson.Write(json, readings[i]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }
}
