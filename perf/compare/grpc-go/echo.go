// The empty echo on grpc-go: the gateway's messages, generated code, no work. Arguments: the port, a file with the answer's message.
package main

import (
	"context"
	"log"
	"net"
	"os"

	"github.com/golang/protobuf/proto"
	"google.golang.org/grpc"
	pb "verifygateway/v1"
)

type echo struct {
	pb.UnimplementedVerificationServiceServer
	answer *pb.CheckStatusResponse
}

func (it *echo) CheckStatus(context.Context, *pb.CheckStatusRequest) (*pb.CheckStatusResponse, error) {
	return it.answer, nil
}

func main() {
	message, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	answer := &pb.CheckStatusResponse{}
	if err := proto.Unmarshal(message, answer); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterVerificationServiceServer(server, &echo{answer: answer})
	log.Fatal(server.Serve(listener))
}
