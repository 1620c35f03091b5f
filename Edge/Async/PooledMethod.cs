using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Mesh.Edge.Async;

/// <summary>
/// What an async method that has to wait leaves on the heap, to be used again: the runtime's own pooling keeps one for each
/// thread and each core, and a thread that polls sockets has hundreds of requests under way.
/// </summary>
internal abstract class PooledMethod<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    /// <summary>Not <c>readonly</c>: a struct that changes.</summary>
    private ManualResetValueTaskSourceCore<TResult> outcome;

    public short Version => outcome.Version;

    public void SetResult(TResult result) => outcome.SetResult(result);

    public void SetException(Exception failure) => outcome.SetException(failure);

    public ValueTaskSourceStatus GetStatus(short token) => outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        outcome.OnCompleted(continuation, state, token, flags);

    public TResult GetResult(short token)
    {
        // A token of an earlier use throws here, and must not give back what another uses now.
        if (outcome.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The method has not ended.");
        }

        try
        {
            return outcome.GetResult(token);
        }
        finally
        {
            outcome.Reset();
            Return();
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    protected abstract void Return();

    /// <summary>The method with its variables.</summary>
    internal sealed class Of<TStateMachine> : PooledMethod<TResult>
        where TStateMachine : IAsyncStateMachine
    {
        /// <summary>Of one method on one thread; about a kilobyte each.</summary>
        private const int MaxKept = 1024;

        [ThreadStatic]
        private static Of<TStateMachine>? kept;

        [ThreadStatic]
        private static int keptCount;

        private static readonly ContextCallback Run = static state => ((Of<TStateMachine>)state!).method!.MoveNext();

        private Of<TStateMachine>? next;
        private ExecutionContext? context;
        private TStateMachine? method;

        private Of() => Continue = () =>
        {
            if (context is { } flowing)
            {
                ExecutionContext.Run(flowing, Run, this);
            }
            else
            {
                method!.MoveNext();
            }
        };

        /// <summary>Goes on with the method.</summary>
        public Action Continue { get; }

        public static Of<TStateMachine> Take()
        {
            if (kept is not { } taken)
            {
                return new Of<TStateMachine>();
            }

            kept = taken.next;
            taken.next = null;
            keptCount--;
            return taken;
        }

        /// <summary>The method's variables move here; done once, when it waits for the first time.</summary>
        public void Hold(TStateMachine waiting) => method = waiting;

        public void KeepContext() => context = ExecutionContext.Capture();

        protected override void Return()
        {
            method = default;
            context = null;
            if (keptCount < MaxKept)
            {
                next = kept;
                kept = this;
                keptCount++;
            }
        }
    }
}
