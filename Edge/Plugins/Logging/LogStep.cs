using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>
/// What a log plugin does with an exchange whose answer has ended. It takes what it needs at once (the exchange's HTTP
/// context is used again afterwards), does not wait for anything and does not throw.
/// </summary>
internal delegate void LogStep(Exchange exchange);
