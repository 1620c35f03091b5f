using System.Runtime.CompilerServices;

namespace Mesh.Edge.Async;

/// <summary><see cref="PooledBuilder{TResult}"/> for methods without a result.</summary>
internal struct PooledBuilder
{
    private PooledBuilder<bool> inner;

    public readonly ValueTask Task => inner.Waiting is { } waiting ? new ValueTask(waiting, waiting.Version) : ValueTask.CompletedTask;

    public static PooledBuilder Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => inner.Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => inner.SetStateMachine(stateMachine);

    public void SetResult() => inner.SetResult(true);

    public void SetException(Exception failure) => inner.SetException(failure);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => inner.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => inner.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}
