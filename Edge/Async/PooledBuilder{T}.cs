using System.Runtime.CompilerServices;

namespace Mesh.Edge.Async;

/// <summary>
/// Builds async methods of the request path, by <see cref="AsyncMethodBuilderAttribute"/>: those that wait take their place
/// from a pool of the thread. Their result may be awaited once.
/// </summary>
internal struct PooledBuilder<TResult>
{
    private PooledMethod<TResult>? waiting;
    private TResult? result;

    public readonly ValueTask<TResult> Task => waiting is null ? new ValueTask<TResult>(result!) : new ValueTask<TResult>(waiting, waiting.Version);

    internal readonly PooledMethod<TResult>? Waiting => waiting;

    public static PooledBuilder<TResult> Create() => default;

    /// <summary>The runtime's own keeps what the method changes in the execution context from its caller.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => default(AsyncValueTaskMethodBuilder<TResult>).Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException("The compiler no longer calls this.");

    public void SetResult(TResult told)
    {
        if (waiting is null)
        {
            result = told;
        }
        else
        {
            waiting.SetResult(told);
        }
    }

    public void SetException(Exception failure) => (waiting ??= PooledMethod<TResult>.Of<NoMethod>.Take()).SetException(failure);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(Wait(ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Wait(ref stateMachine));

    private Action Wait<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (waiting is not PooledMethod<TResult>.Of<TStateMachine> held)
        {
            held = PooledMethod<TResult>.Of<TStateMachine>.Take();

            // First: this builder is a part of what is moved.
            waiting = held;
            held.Hold(stateMachine);
        }

        held.KeepContext();
        return held.Continue;
    }

    /// <summary>Of a method that failed before it waited.</summary>
    private struct NoMethod : IAsyncStateMachine
    {
        public readonly void MoveNext()
        {
        }

        public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }
}
