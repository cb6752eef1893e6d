using System.Buffers;

namespace StandIns.Redis.Tests;

/// <summary>A pool that overwrites what comes back, as the next user would, and knows what is still out.</summary>
internal sealed class PoisonPool : MemoryPool<byte>
{
    public const byte Poison = 0xDB;
    private int _out;

    public int Out => Volatile.Read(ref _out);

    public override int MaxBufferSize => 1024 * 1024;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _out);
        return new Block(this, new byte[Math.Max(minBufferSize, 4096)]);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(PoisonPool pool, byte[] array) : IMemoryOwner<byte>
    {
        private int _returned;

        public Memory<byte> Memory => array;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                array.AsSpan().Fill(Poison);
                Interlocked.Decrement(ref pool._out);
            }
        }
    }
}
