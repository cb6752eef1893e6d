namespace VerifyGateway.Host.Health;

/// <summary>Whether the gateway takes calls. Changes are seen at once by everyone who waits for them. Safe from any thread.</summary>
public sealed class GatewayHealth
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReady;

    /// <summary>True from the end of the start to the begin of the stop.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate)
            {
                return _isReady;
            }
        }
    }

    /// <summary>Sets whether the gateway takes calls.</summary>
    public void Set(bool isReady)
    {
        TaskCompletionSource? changed = null;
        lock (_gate)
        {
            if (_isReady != isReady)
            {
                _isReady = isReady;
                changed = _changed;
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        changed?.SetResult();
    }

    /// <summary>The state now, and a task that ends when it changes.</summary>
    public (bool IsReady, Task Changed) Look()
    {
        lock (_gate)
        {
            return (_isReady, _changed.Task);
        }
    }
}
