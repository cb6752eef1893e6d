using System.CommandLine;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Demo;

/// <summary>vgctl demo how-to-call: lines that work as pasted, for one terminal of the fleet.</summary>
internal static class HowToCall
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var gateway = AddressOption.Make("--gateway", "Address of the gateway's gRPC port.");
        var ops = AddressOption.Make("--ops", "Address of the operations port.");
        var fleet = new Option<string>("--fleet") { Description = "The fleet file that the gateway was loaded with.", Required = true };
        var protos = new Option<string>("--protos") { Description = "The folder of the wire contract.", Required = true };
        var command = new Command("how-to-call", "Prints how to call the gateway with buf and with python.") { gateway, ops, fleet, protos };
        command.SetAction((parsed, _) => Ending.OfAsync(async () =>
        {
            var file = parsed.GetRequiredValue(fleet);
            var terminals = DemoTerminal.Read(file);
            var terminal = terminals.FirstOrDefault(it => it.OfASale == Reason.NotVerified) ?? (terminals.Count > 0 ? terminals[0] : null)
                ?? throw new FormatException($"{file} has no terminal whose note begins with a reason's code; make one with vgctl fleet generate.");
            await Console.Out.WriteLineAsync(Text(parsed.GetRequiredValue(gateway), parsed.GetRequiredValue(ops), terminal, parsed.GetRequiredValue(protos)));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static string Text(Uri gateway, Uri ops, DemoTerminal terminal, string protos) => $$"""

        Why does this POS say 未实名认证? Ask with buf (npm install @bufbuild/buf):

        npx buf curl --protocol grpc --http2-prior-knowledge {{gateway}}verifygateway.v1.VerificationService/CheckStatus -d '{"acquirerId": "{{terminal.Acquirer}}", "terminalSn": "{{terminal.Sn}}", "terminalNo": "{{terminal.TerminalNo}}", "merchantNo": "{{terminal.MerchantNo}}", "explain": true}'

        or with python (apt install protobuf-compiler python3-grpcio python3-protobuf):

        stubs=$(mktemp -d) && protoc -I "{{protos}}" --python_out="$stubs" "{{protos}}"/verifygateway/v1/*.proto && PYTHONPATH="$stubs" /usr/bin/python3 - <<'PY'
        import grpc
        from verifygateway.v1 import verification_service_pb2 as v1
        check = grpc.insecure_channel("{{gateway.Authority}}").unary_unary(
            "/verifygateway.v1.VerificationService/CheckStatus",
            request_serializer=v1.CheckStatusRequest.SerializeToString, response_deserializer=v1.CheckStatusResponse.FromString)
        print(check(v1.CheckStatusRequest(acquirer_id="{{terminal.Acquirer}}", terminal_sn="{{terminal.Sn}}",
                                          terminal_no="{{terminal.TerminalNo}}", merchant_no="{{terminal.MerchantNo}}")))
        PY

        Metrics: {{ops}}metrics
        """;
}
