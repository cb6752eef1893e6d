namespace Prometheus;

/// <summary>Holds the newest exemplar of a counter or a bucket. Whoever takes it out by an exchange holds it alone.</summary>
internal struct ExemplarSlot
{
    private Exemplar? _held;

    public void Keep(Exemplar exemplar) => Interlocked.Exchange(ref _held, exemplar)?.Recycle();

    /// <summary>Takes the exemplar out while it is being written to a page.</summary>
    public Exemplar? Borrow() => _held is null ? null : Interlocked.Exchange(ref _held, null);

    /// <summary>Puts it back, unless a newer one came meanwhile.</summary>
    public void GiveBack(Exemplar? borrowed)
    {
        if (borrowed is not null && Interlocked.CompareExchange(ref _held, borrowed, null) is not null)
        {
            borrowed.Recycle();
        }
    }
}
