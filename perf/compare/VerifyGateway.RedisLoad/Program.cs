using System.Globalization;
using VerifyGateway.RedisLoad;

// record FILE ACQUIRER SN NO MERCHANT: writes a terminal's record as the gateway keeps it in Redis, and says how many bytes it has.
// load PORT FILE: puts what the file holds into Redis, then reads orders from its input, "REQUESTS CONNECTIONS CALLS-AT-ONCE" a line, and
// answers each with a line of JSON when it is done.
switch (args)
{
    case ["record", var file, var acquirer, var sn, var no, var merchant]:
        var packed = Record.Pack(acquirer, sn, no, merchant);
        await File.WriteAllBytesAsync(file, packed);
        Console.WriteLine(packed.Length);
        return 0;
    case ["load", var port, var file]:
        await using (var load = await Load.StartAsync(int.Parse(port, CultureInfo.InvariantCulture), await File.ReadAllBytesAsync(file)))
        {
            Console.WriteLine("ready");
            while (Console.ReadLine() is { } order)
            {
                var numbers = Array.ConvertAll(order.Split(' '), part => int.Parse(part, CultureInfo.InvariantCulture));
                Console.WriteLine(await load.RunAsync(numbers[0], numbers[1], numbers[2]));
            }
        }

        return 0;
    default:
        Console.Error.WriteLine("record FILE ACQUIRER SN NO MERCHANT, or load PORT FILE");
        return 2;
}
