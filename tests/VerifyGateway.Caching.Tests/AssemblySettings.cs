// Several of these tests measure time limits of milliseconds against a real Redis: side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
